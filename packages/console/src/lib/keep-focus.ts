const LAYERS = '[role=dialog], [role=menu]';

interface Place {
  element: HTMLElement;
  /** What is around it and can have the focus, from the inside out. */
  around: readonly HTMLElement[];
  /** The dialog or menu that it is in. */
  layer: Element | null;
}

/** Whether keys are for an open dialog or menu, and not for the page below it. */
export function isInLayer(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(LAYERS) !== null;
}

/**
 * The focus does not fall out of the page: when what has it goes away, the nearest thing around it that can have the
 * focus (give it a `tabIndex`) gets it; when it was in a dialog or menu that closes, what had it before. Once, at start.
 */
export function startKeepingFocus(): void {
  /** The latest of the page and of each dialog and menu over it, the latest of all at the end. */
  let places: readonly Place[] = [];
  const check = (): void => {
    const latest = places.at(-1);
    if (!latest || !isLost(latest.element)) return;
    if (canHaveFocus(latest.element)) {
      // A click beside everything has let go of it.
      places = [];
      return;
    }
    const place = places.findLast(({ layer }) => layer === null || layer.isConnected);
    const next = place && [place.element, ...place.around].find(canHaveFocus);
    (next ?? document.getElementById('content'))?.focus({ preventScroll: true });
  };
  // Whoever takes something away may have a better place for the focus, and puts it there first.
  const checkSoon = (): void => void setTimeout(check);
  const observer = new MutationObserver(checkSoon);
  document.addEventListener('focusout', checkSoon);
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    const place = { element: target, around: findAround(target), layer: target.closest(LAYERS) };
    places = [...places.filter(({ layer }) => layer !== place.layer && layer?.isConnected !== false), place];
    observer.disconnect();
    observer.observe(target, { attributeFilter: ['disabled'] });
    // Not the whole page: what streams in elsewhere takes nothing away.
    for (let { parentElement: at } = target; at; at = at.parentElement) {
      observer.observe(at, { childList: true });
    }
  });
}

function findAround(element: HTMLElement): HTMLElement[] {
  const next = element.parentElement?.closest<HTMLElement>('[tabindex]');
  return next ? [next, ...findAround(next)] : [];
}

function canHaveFocus(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled');
}

function isLost(element: HTMLElement): boolean {
  const { activeElement } = document;
  return (
    activeElement === null ||
    activeElement === document.body ||
    (activeElement === element && !canHaveFocus(element))
  );
}
