import type { EventBody } from '../domain/event.ts';

/** The background work of a run (subagents, shells), as the log tells of it. It lives and dies with the process. */
export class BackgroundTasks {
  readonly #running = new Map<string, string>();

  get isEmpty(): boolean {
    return this.#running.size === 0;
  }

  /** What is under way, in words. */
  get descriptions(): string[] {
    return [...this.#running.values()];
  }

  observe(body: EventBody): void {
    // What went with an earlier process was told then.
    if (body.type === 'run.recovered') this.#running.clear();
    if (body.type !== 'agent.system') return;
    const { task_id: id, is_backgrounded: isBackground, description } = body.data;
    if (typeof id !== 'string') return;
    if (body.subtype === 'task_started' && isBackground === true) {
      this.#running.set(id, typeof description === 'string' ? description : id);
    }
    if (body.subtype === 'task_notification') this.#running.delete(id);
  }
}
