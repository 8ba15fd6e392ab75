/** How many rounds a soak makes: `quick`, times the number in BULLPEN_SOAK if it is set. */
export function soakRounds(quick: number): number {
  return quick * Number(process.env['BULLPEN_SOAK'] ?? '1');
}
