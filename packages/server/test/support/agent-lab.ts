import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentOutput, AgentProcess, AgentSpec, RunEnd } from '#src/agent/agent.ts';
import { startAgent } from '#src/agent/claude.ts';
import type { AgentContext, StartedAgent } from '#src/agent/context.ts';
import { startDemoModel } from '#src/demo-model/server.ts';
import type { RunOptions } from '#src/domain/run-options.ts';
import type { ModelRequest } from '#src/gateway/gateway.ts';
import type { GatewayPatience } from '#src/gateway/patience.ts';
import { startGateway } from '#src/gateway/start-gateway.ts';
import { systemClock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { detectSandbox } from '#src/sandbox/detect.ts';
import type { Sandbox } from '#src/sandbox/sandbox.ts';
import { openStore } from '#src/store/open.ts';
import { UNMANAGED, type SessionRecord, type TranscriptEntry } from '#src/store/records.ts';
import { startRecorder, type RecordedRequest, type Recorder } from './recorder.ts';

const TENANT = 'lab';
const SHORT_PATIENCE: GatewayPatience = { troubleMs: 1200, holdMs: 9000, answerBeginsMs: 9000 };

/** Real agents with the real gateway and store, against the demo model: everything but the server around them. */
export interface AgentLab {
  directory: string;
  sandbox: Sandbox;
  /** What the model was asked, in order. */
  requests: RecordedRequest[];
  /** The provider, which can be made to fail. */
  provider: Recorder;
  /** What the gateway recorded. */
  usage: ModelRequest[];
  /** A spec for a new session in a directory of its own. */
  spec(options?: RunOptions, change?: Partial<AgentSpec>): Promise<AgentSpec>;
  start(spec: AgentSpec, change?: Partial<AgentContext>): StartedAgent;
  /** The lines of the session's main transcript, as the store has them. */
  transcript(spec: AgentSpec): Promise<string[]>;
  addToTranscript(spec: AgentSpec, entries: TranscriptEntry[]): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface FinishedRun {
  outputs: AgentOutput[];
  end: RunEnd;
  /** All text that the agent said in the main line. */
  text: string;
}

export async function createAgentLab({ gatewayPatience = SHORT_PATIENCE } = {}): Promise<AgentLab> {
  const log = createLog({ level: 'silent', format: 'json' });
  const clock = systemClock;
  const directory = await mkdtemp(join(tmpdir(), 'bullpen-lab-'));
  const dataDir = join(directory, 'data');
  const store = await openStore({ dataDir, clock, log });
  const model = await startDemoModel({ clock });
  const recorder = await startRecorder(model.url);
  const usage: ModelRequest[] = [];
  const gateway = await startGateway({
    upstream: { url: recorder.url, headers: {} },
    clock,
    log,
    patience: gatewayPatience,
    onRequest: (request) => void usage.push(request),
  });
  const path = process.env['PATH'] ?? '';
  const { sandbox } = await detectSandbox('auto', path);
  const agents: AgentProcess[] = [];

  const context: AgentContext = {
    runRoot: join(dataDir, 'run'),
    dataDir,
    allowedRoots: [dataDir],
    sandbox,
    memoryBytes: 4 * 2 ** 30,
    gatewayUrl: gateway.url,
    agentEnv: { PATH: path },
    defaultModel: undefined,
    clientApp: 'bullpen-lab/0',
    fill: async (_tenantId, content) => content,
    limits: { silenceMs: 30_000, maxRunMs: 60_000 },
    patience: { maxRetries: 1, answerBeginsMs: 10_000, answerPausesMs: 10_000 },
    clock,
    log,
  };

  return {
    directory,
    sandbox,
    requests: recorder.requests,
    provider: recorder,
    usage,
    async spec(options = {}, change = {}) {
      const sessionId = randomUUID();
      const home = join(dataDir, 'sessions', sessionId, 'home');
      const cwd = join(dataDir, 'sessions', sessionId, 'workspace');
      await mkdir(home, { recursive: true });
      await mkdir(cwd, { recursive: true });
      await store.createSession(TENANT, { session: createSession(sessionId, cwd), wakeAt: null });
      const agentSessionId = randomUUID();
      return {
        tenantId: TENANT,
        sessionId,
        agentSessionId,
        resume: false,
        leaseEpoch: 0,
        grants: [],
        home,
        cwd,
        options,
        ...change,
      };
    },
    start(spec, change) {
      const { tenantId, sessionId } = spec;
      const agent = startAgent(
        spec,
        { ...context, ...change },
        {
          pass: gateway.issuePass({ tenantId, sessionId }),
          transcript: {
            append: ({ epoch }, part, entries) =>
              store.appendTranscript(tenantId, sessionId, epoch, part, entries),
            load: (part) => store.loadTranscript(tenantId, sessionId, part),
            listSubpaths: (agentSessionId) =>
              store.listTranscriptSubpaths(tenantId, sessionId, agentSessionId),
          },
        },
      );
      agents.push(agent);
      return agent;
    },
    async transcript({ tenantId, sessionId, agentSessionId }) {
      return (await store.loadTranscript(tenantId, sessionId, { agentSessionId, subpath: '' })) ?? [];
    },
    async addToTranscript({ tenantId, sessionId, agentSessionId, leaseEpoch }, entries) {
      const part = { agentSessionId, subpath: '' };
      await store.appendTranscript(tenantId, sessionId, leaseEpoch, part, entries);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(agents.map((agent) => agent.kill()));
      await gateway[Symbol.asyncDispose]();
      await recorder[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function createSession(id: string, cwd: string): SessionRecord {
  const now = systemClock.now();
  return {
    tenantId: TENANT,
    id,
    origin: 'execute',
    state: 'new',
    title: null,
    metadata: null,
    workspace: { kind: 'own', ref: cwd },
    homeNode: null,
    agentSessionId: null,
    totalCostUsd: null,
    grants: [],
    createdAt: now,
    updatedAt: now,
    endedAt: null,
    ...UNMANAGED,
  };
}

/** Does one run to its end. */
export async function runPrompt(
  agent: AgentProcess,
  content: string,
  {
    inputId = randomUUID(),
    isNudge = false,
    onOutput,
  }: { inputId?: string; isNudge?: boolean; onOutput?: (output: AgentOutput) => void } = {},
): Promise<FinishedRun> {
  const outputs: AgentOutput[] = [];
  for await (const output of agent.run({
    runId: randomUUID(),
    inputId,
    content,
    isNudge,
    lease: { epoch: 0, ended: new AbortController().signal },
  })) {
    outputs.push(output);
    onOutput?.(output);
    if (output.type !== 'ended') continue;
    return {
      outputs,
      end: output.end,
      text: eventsOf(outputs, 'agent.message')
        .map(({ text }) => text)
        .join('\n'),
    };
  }
  throw new Error('The run had no end.');
}

type EventBody = Extract<AgentOutput, { type: 'event' }>['body'];

/** The events of one type among the outputs. */
export function eventsOf<T extends EventBody['type']>(
  outputs: AgentOutput[],
  type: T,
): Extract<EventBody, { type: T }>[] {
  return outputs.flatMap((output) =>
    output.type === 'event' && isOfType(output.body, type) ? [output.body] : [],
  );
}

function isOfType<T extends EventBody['type']>(
  body: EventBody,
  type: T,
): body is Extract<EventBody, { type: T }> {
  return body.type === type;
}

/** What the tools answered, as text. */
export function toolResults(outputs: AgentOutput[]): string[] {
  return eventsOf(outputs, 'agent.tool_result').map(({ content }) =>
    typeof content === 'string' ? content : JSON.stringify(content),
  );
}
