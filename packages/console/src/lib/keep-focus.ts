/**
 * The focus never falls out of the page: when what has it goes away, the page's content gets it, and a button that was
 * out of use for a moment gets it back. Once, at start. A person who clicks beside everything has let go of it.
 */
export function startKeepingFocus(): void {
  let last: Element | undefined;
  let wasDisabled = false;
  document.addEventListener('focusin', ({ target }) => {
    last = target instanceof Element ? target : undefined;
    wasDisabled = false;
  });
  document.addEventListener('focusout', ({ target }) => {
    // What is being taken away is gone, or out of use, by then.
    queueMicrotask(() => {
      if (last && target === last && last.isConnected && !last.matches(':disabled')) last = undefined;
    });
  });
  const look = (): void => {
    if (!last || document.activeElement !== document.body) return;
    if (last.isConnected && last.matches(':disabled')) wasDisabled = true;
    else if (last.isConnected && wasDisabled && last instanceof HTMLElement)
      last.focus({ preventScroll: true });
    // A dialog keeps the focus in itself.
    else if (!last.isConnected && !document.querySelector('[role=dialog]')) {
      document.getElementById('content')?.focus({ preventScroll: true });
    }
  };
  const options = { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] };
  new MutationObserver(look).observe(document.body, options);
}
