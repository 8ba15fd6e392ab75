import type { Places } from '../files/places.ts';

/** A system prompt, and after it what an agent has to know of where its files are. A grader is told the same. */
export function withPlaces(systemPrompt: string, places: Places | undefined): string {
  if (!places) return systemPrompt;
  const { uploads, outputs, repositories } = places;
  const lines = [
    ...(uploads === null
      ? []
      : [`- ${uploads}: files that the user gave, if there are any. They can only be read.`]),
    `- ${outputs}: files for the user. What is here at the end of the turn is handed over, so what was asked for is to be put here.`,
    ...repositories.map(({ url, path }) => `- ${path}: a clone of the git repository ${url}.`),
  ];
  return `${systemPrompt}\n\n# Files\n\n${lines.join('\n')}`;
}
