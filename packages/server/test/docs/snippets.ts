/** A fence of a guide that shows a region of an example: `<!-- examples/a.ts: name -->`, and the code below it. */
const SNIPPET = /^<!-- (?<file>examples\/\S+): (?<region>\S+) -->\n```(?<language>\w+)\n[\s\S]*?^```$/gm;

/** A page with the code of its snippets as it is in the examples. `read`: gives the text of a file. */
export function fillSnippets(page: string, read: (file: string) => string): string {
  return page.replaceAll(SNIPPET, (_all, file: string, region: string, language: string) => {
    const code = findRegion(read(file), region);
    if (code === undefined) throw new Error(`${file} has no region ${region}.`);
    return `<!-- ${file}: ${region} -->\n\`\`\`${language}\n${code}\n\`\`\``;
  });
}

export function listRegions(text: string): string[] {
  return [...text.matchAll(/^\s*(?:\/\/ #|# )region (.+)$/gm)].map(([, name = '']) => name);
}

/** The lines between `#region name` and `#endregion`, which are comments. */
function findRegion(text: string, name: string): string | undefined {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => new RegExp(`^\\s*(?:// #|# )region ${name}$`).test(line));
  if (start < 0) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => /^\s*(?:\/\/ #|# )endregion$/.test(line));
  return lines
    .slice(start + 1, start + 1 + length)
    .join('\n')
    .trim();
}
