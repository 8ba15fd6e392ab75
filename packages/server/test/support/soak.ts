/** How many rounds a soak makes: `quick` by default, `full` when BULLPEN_SOAK=full, or the number that it names. */
export function soakRounds(quick: number, full: number): number {
  const wish = process.env['BULLPEN_SOAK'];
  if (!wish) return quick;
  return wish === 'full' ? full : Number(wish);
}
