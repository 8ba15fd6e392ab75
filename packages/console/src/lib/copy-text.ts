/** Copies the text; also where the page is not served over HTTPS and the browser has no clipboard for it. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  // The only way on a page without HTTPS.
  document.execCommand('copy');
  area.remove();
}
