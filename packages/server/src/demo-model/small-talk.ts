import { prose } from './reply.ts';
import type { ReplyBlock } from './reply.ts';

const NAME_TOLD = /\bmy name is ([\p{L}'-]+)|\bcall me ([\p{L}'-]+)/giu;
const NAME_ASKED = /\b(?:what(?:'s| is| was) my name|who am i|remember my name)\b/i;
const COUNT = /\bcount (?:slowly )?(?:from (\d+) )?(?:up )?to (\d+)/i;
const GREETING = /^(?:hi|hello|hey|good (?:morning|evening|day)|ping|test)\b/i;
const THANKS = /^(?:thanks|thank you|great|ok|bye)\b/i;
const ABOUT_MODEL = /\b(?:who|what) are you\b|\bwhich model\b|\bwhat model\b/i;
const SUM = /\bwhat(?:'s| is) (-?\d+) ?([+*-]) ?(-?\d+)/i;
const TASK =
  /\b(?:add|analy[sz]e|build|check|clean|create|debug|edit|explore|find|fix|generate|implement|inspect|install|list|look|make|plan|read|refactor|remove|rename|review|run|save|search|set up|show|test|update|write)\b/i;

const COUNT_SLOWLY_MS = 300;
const MAX_COUNT = 1000;
const MAX_QUOTE = 200;

/** The answer to a prompt that needs no tools; undefined when the prompt is a task. */
export function talk(prompts: string[]): ReplyBlock[] | undefined {
  const prompt = prompts.at(-1) ?? '';
  const name = [...prompts.join('\n').matchAll(NAME_TOLD)].map((match) => match[1] ?? match[2]).at(-1);
  if (NAME_ASKED.test(prompt)) {
    return [prose(name ? `Your name is ${name}.` : 'You have not told me your name yet.')];
  }
  const count = COUNT.exec(prompt);
  if (count) return [countUp(Number(count[1] ?? 1), Number(count[2]), /slow/i.test(prompt))];
  const sum = SUM.exec(prompt);
  if (sum) return [prose(`${sum[1]} ${sum[2]} ${sum[3]} is ${calculate(sum)}.`)];
  if (prompt.search(NAME_TOLD) >= 0) return [prose(`Nice to meet you, ${name}. I will remember your name.`)];
  if (ABOUT_MODEL.test(prompt)) {
    return [
      prose(
        "I am Bullpen's demo model: a script that plays a small agent, so that everything works offline.",
      ),
    ];
  }
  if (GREETING.test(prompt) && !TASK.test(prompt)) {
    return [prose("Hello! I am Bullpen's demo model. Give me a small task, or tell me your name.")];
  }
  if (THANKS.test(prompt) && !TASK.test(prompt)) return [prose('You are welcome.')];
  if (TASK.test(prompt)) return undefined;
  return [
    prose(
      "I am Bullpen's demo model, a script: I cannot think about this, but I can play an agent. " +
        'Ask me to create a file or to run a command, tell me your name, or let me count to 20 slowly.',
    ),
  ];
}

/** A summary of the conversation that keeps what people said. */
export function summarize(prompts: string[]): string {
  const quotes = prompts.slice(0, -1).map((prompt) => `- ${prompt.slice(0, MAX_QUOTE)}`);
  return `<summary>\nThe user said, in this order:\n${quotes.join('\n')}\n</summary>`;
}

function countUp(from: number, to: number, isSlow: boolean): ReplyBlock {
  const length = Math.min(Math.max(to - from + 1, 1), MAX_COUNT);
  const pieces = Array.from({ length }, (_, index) => `${index > 0 ? ' ' : ''}${from + index}`);
  return { type: 'text', pieces, intervalMs: isSlow ? COUNT_SLOWLY_MS : 0 };
}

function calculate([, left, operator, right]: RegExpExecArray): number {
  const [a, b] = [Number(left), Number(right)];
  if (operator === '+') return a + b;
  return operator === '-' ? a - b : a * b;
}
