import { common, createLowlight } from 'lowlight';

const lowlight = createLowlight(common);

/** Code as a tree of named parts. */
export type Tree = ReturnType<typeof lowlight.highlight>;

export function highlight(code: string, language: string): Tree | undefined {
  return lowlight.registered(language) ? lowlight.highlight(language, code) : undefined;
}
