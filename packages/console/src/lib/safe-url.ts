/** Whether a page may lead there: to the web and to mail; nothing that runs, nothing of this server. */
export function isSafeUrl(url: string, isImage = false): boolean {
  if (/^(?:https?:\/\/|mailto:)/i.test(url)) return true;
  return isImage && isInlineImage(url);
}

/** A picture that needs no other server. */
export function isInlineImage(url: string): boolean {
  return /^(?:data:image\/|blob:)/i.test(url);
}
