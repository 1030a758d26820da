import { JinjaError, requireLength } from './budget';
import { floatText, wholeText } from './represent';
import { joinTexts, ownText, Text } from './text';
import { Dict, Float, isList, isTrue, Tuple, typeName, type Arguments, type Value } from './values';
import { bind } from '../functions/bind';

interface Layout {
  readonly ascii: boolean;
  /** Written for each level; nothing for one line. */
  readonly indent: string | undefined;
  readonly comma: Text;
  readonly colon: Text;
  readonly sorted: boolean;
}

/** transformers' `tojson`: Python's `json.dumps`, which escapes no HTML. */
export function toJson(value: Value, args: Arguments): Text {
  const given = bind('tojson', ['ensure_ascii', 'indent', 'separators', 'sort_keys'], args);
  const indent = given.indent ?? null;
  const separators = given.separators;
  const [comma, colon] =
    separators instanceof Tuple || (separators && isList(separators as Value))
      ? (separators instanceof Tuple ? separators.items : (separators as readonly Value[])).map((item) => item as Text)
      : [ownText(indent === null ? ', ' : ','), ownText(': ')];
  return written(value, '\n', {
    ascii: isTrue(given.ensure_ascii ?? false),
    indent:
      indent === null ? undefined : indent instanceof Text ? indent.text : ' '.repeat(Math.min(64, Number(indent))),
    comma: comma!,
    colon: colon!,
    sorted: isTrue(given.sort_keys ?? false),
  });
}

function written(value: Value, line: string, layout: Layout): Text {
  if (value instanceof Text) return jsonText(value, layout.ascii);
  if (value === null) return ownText('null');
  if (typeof value === 'boolean') return ownText(String(value));
  if (typeof value === 'number') return ownText(wholeText(value));
  if (value instanceof Float) return ownText(jsonFloat(value.value));
  const inner = line + (layout.indent ?? '');
  if (value instanceof Dict) {
    const entries = layout.sorted ? value.entries().sort(([a], [b]) => compareKeys(a, b)) : value.entries();
    const items = entries.map(([key, item]) => [jsonKey(key, layout), layout.colon, written(item, inner, layout)]);
    return surrounded(
      items.map((parts) => joinTexts(parts)),
      ['{', '}'],
      { line, layout },
    );
  }
  if (isList(value) || value instanceof Tuple) {
    const items = value instanceof Tuple ? value.items : value;
    let length = 0;
    return surrounded(
      items.map((item) => {
        const part = written(item, inner, layout);
        requireLength((length += part.length));
        return part;
      }),
      ['[', ']'],
      { line, layout },
    );
  }
  throw new JinjaError('TypeError', `Object of type ${typeName(value)} is not JSON serializable`);
}

function surrounded(
  items: readonly Text[],
  [open, close]: readonly [string, string],
  { line, layout }: { readonly line: string; readonly layout: Layout },
): Text {
  if (items.length === 0) return ownText(open + close);
  const breaks = layout.indent !== undefined;
  const inner = breaks ? ownText(line + layout.indent) : ownText('');
  return joinTexts([
    ownText(open),
    inner,
    joinTexts(items, breaks ? joinTexts([layout.comma, inner]) : layout.comma),
    ownText(breaks ? line + close : close),
  ]);
}

const compareKeys = (a: Value, b: Value): number => {
  const [left, right] = [a, b].map((key) => (key instanceof Text ? key.text : String(key)));
  return left! < right! ? -1 : Number(left! > right!);
};

function jsonKey(key: Value, layout: Layout): Text {
  if (key instanceof Text) return jsonText(key, layout.ascii);
  const plain = key === null || typeof key === 'boolean' || typeof key === 'number' || key instanceof Float;
  if (plain) return ownText(`"${written(key, '', layout).text}"`);
  throw new JinjaError('TypeError', `keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

function jsonText(value: Text, ascii: boolean): Text {
  const escaped = value.map((letter) => {
    if (short[letter]) return short[letter];
    if (letter >= ' ' && (!ascii || letter <= '~')) return letter;
    return Array.from(
      { length: letter.length },
      (_, i) => `\\u${letter.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join('');
  });
  return joinTexts([ownText('"'), escaped, ownText('"')]);
}
