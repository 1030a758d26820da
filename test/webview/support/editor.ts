import type { TestTheme } from './themes';

/** A call that the page has made. */
export interface Asked {
  readonly name: string;
  readonly request: unknown;
  readonly id: number;
}

declare global {
  /** What the played editor leaves in the page, for tests to look at. */
  interface Window {
    /** Breaches of the content security policy. */
    violations: string[];
    asked: Asked[];
    kept: unknown;
    /** Sends the page a message of ours. */
    say(fields: object): void;
    /** Resolves when the page has taken all that it was sent, has asked what follows, and has drawn it. */
    settled(): Promise<void>;
    applyTheme(theme: TestTheme): void;
    acquireVsCodeApi(): unknown;
  }
}

/** An answer that depends on a field of the request, by the values of that field; null for every other. */
export interface AnswersBy {
  readonly by: string;
  readonly answers: Readonly<Record<string | number, unknown>>;
}

/** In the place of an answer that the test gives itself. */
export const later = { later: true } as const;

/** What the played editor knows; everything in it passes through JSON. */
export interface EditorPart {
  readonly theme: TestTheme;
  /** Name of a call → its answer, an `error`, or answers by a field of the request. */
  readonly answers: unknown;
  /** Names and contents of the events that follow each answer to `show`. */
  readonly events: unknown;
  readonly kept: unknown;
}

/** Typed arrays do not survive the way into the page; they travel as marked lists and are made again there. */
export function packed(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      part instanceof Float32Array || part instanceof Uint32Array
        ? { numbers: Array.from(part, (number) => (Number.isNaN(number) ? null : number)), type: part.constructor.name }
        : part,
    ),
  );
}

/** Runs in the page before its script: the editor's API, the theme, and a witness of policy violations. */
export function playEditor({ theme, answers: sent, events, kept }: EditorPart): void {
  const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const unpacked = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(unpacked);
    if (!isRecord(value)) return value;
    if (Array.isArray(value.numbers) && value.type) {
      const numbers = value.numbers.map((number: number | null) => number ?? NaN);
      return value.type === 'Uint32Array' ? Uint32Array.from(numbers) : Float32Array.from(numbers);
    }
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unpacked(part)]));
  };
  const answers = unpacked(sent) as Readonly<Record<string, unknown>>;
  window.violations = [];
  window.asked = [];
  window.kept = kept;
  document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
  );
  let underway = 0;
  window.say = (fields) => {
    underway++;
    window.postMessage({ mark: 'prompt-tuner', ...fields });
  };
  // Before the page's own listener, which has run once a later task finds nothing underway.
  window.addEventListener('message', ({ data }) => {
    if (isRecord(data) && data.mark === 'prompt-tuner') underway--;
  });
  // The toolkit's controls take what they are given in the next frame.
  const nextFrame = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  window.settled = async () => {
    do await nextFrame();
    while (underway > 0);
  };
  window.applyTheme = ({ kind, variables }) => {
    document.documentElement.removeAttribute('style');
    for (const [name, value] of Object.entries(variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body.className = kind;
  };
  document.addEventListener('DOMContentLoaded', () => window.applyTheme(theme));

  const answerTo = ({ name, request }: Asked): unknown => {
    const known = answers[name] ?? null;
    if (!isRecord(known) || !isRecord(known.answers) || typeof known.by !== 'string') return known;
    return known.answers[String((request as Readonly<Record<string, unknown>>)[known.by])] ?? null;
  };
  window.acquireVsCodeApi = () => ({
    getState: () => window.kept,
    setState: (state: unknown) => {
      window.kept = state;
    },
    postMessage: ({ kind, id, name, request }: Asked & { readonly kind: string }) => {
      if (kind !== 'call') return;
      window.asked.push({ name, request, id });
      const answer = answerTo({ name, request, id });
      if (isRecord(answer) && answer.later) return;
      window.say(
        isRecord(answer) && answer.error
          ? { kind: 'error', id, error: answer.error }
          : { kind: 'result', id, result: answer },
      );
      if (name === 'show')
        for (const [event, value] of events as readonly (readonly [string, unknown])[])
          window.say({ kind: 'event', name: event, event: value });
    },
  });
}
