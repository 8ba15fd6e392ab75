const MOST = 99;

/** `(3) Approvals · Bullpen`. */
export function toTitle(page: string | undefined, waiting: number): string {
  const name = page ? `${page} · Bullpen` : 'Bullpen';
  if (waiting === 0) return name;
  return `(${waiting > MOST ? `${MOST}+` : waiting}) ${name}`;
}
