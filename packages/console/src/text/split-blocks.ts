/**
 * Cuts markdown that still grows where a block has ended, so that what is finished is parsed once. A cut is made at an
 * empty line outside of a fenced block, before a line that begins something new: not inside a list or a quotation,
 * which may go on after an empty line.
 */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = [];
  let fence: string | undefined;
  let begin = 0;
  let at = 0;
  let wasEmpty = false;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, end);
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (wasEmpty && fence === undefined && /^(?:\S)/.test(line) && !/^(?:[-*+>]|\d+[.)])/.test(line)) {
      blocks.push(text.slice(begin, at));
      begin = at;
    }
    if (mark !== undefined) {
      if (fence === undefined) fence = mark;
      else if (mark.startsWith(fence)) fence = undefined;
    }
    wasEmpty = line.trim() === '';
    at = end;
  }
  if (begin < text.length) blocks.push(text.slice(begin));
  return blocks;
}
