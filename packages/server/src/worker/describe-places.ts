import type { Places } from '../files/places.ts';

/** A system prompt, and after it what the agent has to know of where its files are. */
export function withPlaces(systemPrompt: string, { uploads, outputs, repositories }: Places): string {
  const lines = [
    ...(uploads === null
      ? []
      : [`- ${uploads}: files that your user gave you, if there are any. You can only read them.`]),
    `- ${outputs}: files that you write here are handed over to your user at the end of your turn. Put there what you were asked to deliver.`,
    ...repositories.map(({ url, path }) => `- ${path}: a clone of the git repository ${url}.`),
  ];
  return `${systemPrompt}\n\n# Files\n\n${lines.join('\n')}`;
}
