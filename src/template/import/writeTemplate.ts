import { Document, isMap, isScalar, isSeq, Scalar, visit } from 'yaml';

/**
 * Writes a prompt file. Lists of plain values are written on one line, and so are `tune.data` and `tune.labels`' words.
 * @param frontMatter keys in the order they are written; what is undefined is left out
 */
export function writeTemplate(frontMatter: Readonly<Record<string, unknown>>, body: string): string {
  const document = new Document(JSON.parse(JSON.stringify(frontMatter)));
  visit(document, {
    Seq: (_, node) => {
      if (node.items.some((item) => isMap(item) || isSeq(item))) return;
      node.flow = true;
      // Between brackets a text over several lines that holds a colon would read as a mapping.
      for (const item of node.items)
        if (isScalar(item) && /[\r\n]/.test(String(item.value))) item.type = Scalar.QUOTE_DOUBLE;
    },
    Scalar: (_, node) => {
      // Label words begin with a space; quotes make it visible.
      if (typeof node.value === 'string' && /^\s|\s$/.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return `---\n${document.toString({ lineWidth: 0, flowCollectionPadding: false })}---\n${body.replace(/\s+$/, '')}\n`;
}
