export { createServer } from './server.ts';
export type { Server, ServerOverrides } from './server.ts';
export type { Config, ModelConfig } from './config.ts';
