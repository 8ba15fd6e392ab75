import type { Browser, CDPSession } from 'playwright-core';

const VIEW = { width: 1280, height: 800 };

/**
 * A page of a person of their own, that nobody debugs: Playwright has every page tell of every piece that it receives, which
 * costs more than what a page does with it.
 */
export class UnwatchedPage {
  readonly #session: CDPSession;
  readonly #browserContextId: string;
  readonly #targetId: string;

  private constructor(session: CDPSession, browserContextId: string, targetId: string) {
    this.#session = session;
    this.#browserContextId = browserContextId;
    this.#targetId = targetId;
  }

  static async open(browser: Browser, url: string): Promise<UnwatchedPage> {
    const session = await browser.newBrowserCDPSession();
    // One browser's tabs share six connections to a server: five pages would wait for each other.
    const { browserContextId } = await session.send('Target.createBrowserContext');
    const { targetId } = await session.send('Target.createTarget', {
      url,
      browserContextId,
      newWindow: true,
      ...VIEW,
    });
    return new UnwatchedPage(session, browserContextId, targetId);
  }

  /** What stands in the first element that matches. It is debugged for this moment. */
  async read(selector: string): Promise<string> {
    const expression = `document.querySelector(${JSON.stringify(selector)})?.innerText ?? ''`;
    const { sessionId } = await this.#session.send('Target.attachToTarget', {
      targetId: this.#targetId,
      flatten: false,
    });
    const answer = new Promise<string>((resolve) => {
      const take = (message: { sessionId: string; message: string }): void => {
        if (message.sessionId !== sessionId) return;
        this.#session.off('Target.receivedMessageFromTarget', take);
        const { result } = JSON.parse(message.message) as { result: { result: { value: string } } };
        resolve(result.result.value);
      };
      this.#session.on('Target.receivedMessageFromTarget', take);
    });
    await this.#session.send('Target.sendMessageToTarget', {
      sessionId,
      message: JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }),
    });
    const text = await answer;
    await this.#session.send('Target.detachFromTarget', { sessionId });
    return text;
  }

  async close(): Promise<void> {
    await this.#session.send('Target.disposeBrowserContext', { browserContextId: this.#browserContextId });
    await this.#session.detach();
  }
}
