// Before the first paint, so that a dark page never flashes white. A file, since the server allows no inline script.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('bullpen.theme');
  } catch {
    // No storage: the system's choice counts.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
