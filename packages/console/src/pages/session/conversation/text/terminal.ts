/* oxlint-disable no-control-regex */
// Titles of windows and links: what is between is for the terminal, not for people.
const OPERATING_SYSTEM_COMMAND = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
// All but colours (which end in m): moves of the cursor, clearing of lines.
const CONTROL_SEQUENCE = /\u001b\[[0-9;?]*[A-Za-ln-z]/g;
const OTHER = /\u001b[()][A-Z0-9]|[\u0000-\u0008\u000b\u000c\u000e-\u001a]/g;
/* oxlint-enable no-control-regex */

/* oxlint-disable-next-line no-control-regex */
const COLOUR = /\u001b\[([0-9;]*)m/g;

/** The colours that are on after a text: what comes next is to begin with them. */
export function coloursAfter(text: string): string {
  let colours = '';
  for (const [sequence, codes] of text.matchAll(COLOUR)) {
    const isReset = codes === '' || codes === '0';
    colours = isReset ? '' : codes?.startsWith('0;') ? sequence : colours + sequence;
  }
  return colours;
}

/** What a program wrote, as text. */
export function withoutColours(text: string): string {
  return cleanTerminal(text).replaceAll(COLOUR, '');
}

/** What is on the terminal in the end: a line that was written over and over is there once. Colours stay. */
export function cleanTerminal(text: string): string {
  return text
    .replaceAll(OPERATING_SYSTEM_COMMAND, '')
    .replaceAll(CONTROL_SEQUENCE, '')
    .replaceAll(OTHER, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => (line.includes('\r') ? lastOf(line) : line))
    .join('\n');
}

function lastOf(line: string): string {
  return line.split('\r').findLast((part) => part !== '') ?? '';
}
