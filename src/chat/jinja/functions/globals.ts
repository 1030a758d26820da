import { bind } from './bind';
import { JinjaError, longestRange } from '../values/budget';
import { textOf } from '../values/represent';
import { strftime } from '../values/strftime';
import { emptyText, ownText } from '../values/text';
import { Callable, Dict, elementsOf, Namespace, requireWhole, type Arguments, type Value } from '../values/values';

function range({ given }: Arguments): Value {
  const numbers = given.map(requireWhole);
  const [start, stop, step] =
    numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 1];
  if (step === 0) throw new JinjaError('ValueError', 'range() arg 3 must not be zero');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > longestRange)
    throw new JinjaError(
      'OverflowError',
      `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${longestRange}).`,
    );
  return Array.from({ length }, (_, i) => start + i * step);
}

/** Entries of `dict(other, key=value)` and of `namespace(…)`. */
function entriesOf({ given, named }: Arguments): (readonly [Value, Value])[] {
  const [first] = given;
  const before =
    first instanceof Dict
      ? first.entries()
      : elementsOf(first ?? []).map((pair) => {
          const [key, value] = elementsOf(pair);
          if (key === undefined || value === undefined)
            throw new JinjaError('ValueError', 'dictionary update sequence');
          return [key, value] as const;
        });
  return [...before, ...[...named].map(([key, value]) => [ownText(key), value] as const)];
}

function cycler({ given }: Arguments): Value {
  let at = 0;
  const entries = new Map<string, Value>();
  const show = () => entries.set('current', given[at % given.length] ?? null);
  const next = new Callable('next', () => {
    const value = given[at % given.length] ?? null;
    at++;
    show();
    return value;
  });
  entries.set('next', next);
  entries.set('reset', new Callable('reset', () => ((at = 0), show(), null)));
  show();
  return new Namespace(entries);
}

function joiner(args: Arguments): Value {
  const { sep } = bind('joiner', ['sep'], args);
  let used = false;
  return new Callable('joiner', () => {
    const written = used ? (sep ?? ownText(', ')) : emptyText;
    used = true;
    return written;
  });
}

/** What every chat template may call; transformers, utils/chat_template_utils.py. */
export function globals(now: Date): Map<string, Value> {
  const functions: Readonly<Record<string, (args: Arguments) => Value>> = {
    range,
    dict: (args) => Dict.of(entriesOf(args)),
    namespace: (args) => new Namespace(new Map(entriesOf(args).map(([key, value]) => [textOf(key).text, value]))),
    cycler,
    joiner,
    raise_exception: ({ given, named }) => {
      throw new JinjaError('TemplateError', textOf(given[0] ?? named.get('message') ?? null).text);
    },
    strftime_now: ({ given, named }) => ownText(strftime(now, textOf(given[0] ?? named.get('format') ?? null).text)),
  };
  return new Map(Object.entries(functions).map(([name, call]) => [name, new Callable(name, call)]));
}
