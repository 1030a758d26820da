import { InvalidArgumentError, Option } from 'commander';
import { providers } from '../onnx/runtime/provider';
import type { EvaluationSubject } from '../runs/work/measuring/evaluateRun';
import { defaultRunsFolder } from '../runs/store/runFolder';
import { methodAliases, methods, type Method } from '../template/settings/settings';

/** Options that every command takes. */
export interface Common {
  readonly json?: boolean;
  readonly runs: string;
  readonly set: Readonly<Record<string, string>>;
}

/** Forms of a prompt that outrank the template's. */
export const forms = ['chat', 'text'] as const;

export function methodOption(description: string): Option {
  return new Option('--method <method>', `${description}: soft, v1 or v2`).argParser(methodName);
}

/** A form of the prompt that outranks the template's. */
export type Form = (typeof forms)[number];

export type Formed = Common & { readonly format?: Form };

export function formOption(): Option {
  return new Option('--format <form>', "how the model reads the prompt, whatever the template's tune.format").choices(
    forms,
  );
}

/** Settings with the form that was asked for. */
export const withForm = ({ set, format }: Formed): Common['set'] =>
  format === undefined ? set : { ...set, 'tune.format': format };

export function formatList(written: string): Form[] {
  return written.split(',').map((name) => {
    const form = forms.find((known) => known === name.trim());
    if (!form) throw new InvalidArgumentError(`Forms are ${forms.join(' and ')}.`);
    return form;
  });
}

export function splitOption(): Option {
  return new Option('--split <split>', 'part of the data').choices(['train', 'dev', 'test']);
}

export function runsOption(): Option {
  return new Option('--runs <dir>', 'folder of the runs').default(defaultRunsFolder);
}

export function providerOption(): Option {
  return new Option('--provider <provider>', 'what runs the graphs; the processor where this machine lacks it')
    .choices(['auto', ...providers])
    .env('PROMPT_TUNER_PROVIDER');
}

export const outsideChecksOption = (): Option =>
  new Option('--outside-checks', 'run JavaScript checks from outside the folder of the template too');

export function setOption(): Option {
  const collect = (written: string, earlier: Readonly<Record<string, string>>) => {
    const [, key, value] = /^(tune\.[^=]+)=(.*)$/s.exec(written) ?? [];
    if (key === undefined || value === undefined) throw new InvalidArgumentError('Write it as tune.key=value.');
    return { ...earlier, [key]: value };
  };
  return new Option('--set <tune.key=value>', 'a setting that outranks the template (repeatable)')
    .argParser(collect)
    .default({}, 'none');
}

function methodName(written: string): Method {
  const method =
    methods.find((known) => known === written) ??
    (Object.hasOwn(methodAliases, written) ? methodAliases[written] : undefined);
  if (!method) throw new InvalidArgumentError(`Methods are ${[...methods, ...Object.keys(methodAliases)].join(', ')}.`);
  return method;
}

export function methodList(written: string): Method[] {
  return written.split(',').map((name) => methodName(name.trim()));
}

export function wholeNumber(written: string): number {
  if (!/^\d+$/.test(written)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(written);
}

export function positiveNumber(written: string): number {
  const number = wholeNumber(written);
  if (number < 1) throw new InvalidArgumentError('It must be at least 1.');
  return number;
}

/** What `evaluate` measures; undefined where it was not said. */
export function subjectOf({
  method,
  run,
  adapter,
  textOnly,
}: {
  method?: 'hard';
  run?: string;
  adapter?: string;
  textOnly?: boolean;
}): EvaluationSubject | undefined {
  if (run !== undefined) return { kind: 'run', run, textOnly };
  if (adapter !== undefined) return { kind: 'adapter', folder: adapter };
  return method && { kind: 'hard' };
}
