import * as l10n from '@vscode/l10n';
import { isCollection, visit } from 'yaml';
import type { Analysis } from '../read/analysis';
import { narrowed } from '../syntax/wideSigns';
import { replacement, type Draft } from '../text/finding';

/** `wide-sign`: a sign of an input method for Chinese or Japanese where YAML or a tag has one of its own. */
export const wideSignDrafts = (analysis: Analysis): readonly Draft[] => [
  ...wideBraces(analysis),
  ...wideLists(analysis),
];

/** Braces that open no tag, so that the model reads them and the name between them. */
function wideBraces({ parts: { body } }: Analysis): readonly Draft[] {
  return [...body.text.matchAll(/(?<![\\{｛])[{｛]{2}([^{}｛｝\r\n]*)[}｝]{2}/g)]
    .filter(([text]) => /[｛｝]/.test(text))
    .map(({ 0: text, index }): Draft => {
      const at = body.start + index;
      return {
        code: 'wide-sign',
        severity: 'warning',
        span: [at, at + text.length],
        message: l10n.t`${text} is text: the braces of a tag are {{ and }}, not wide ones.`,
        fixes: [replacement(l10n.t`Write ${narrowed(text)}`, [at, at + text.length], narrowed(text))],
      };
    });
}

/** Values of a list or mapping in one line that hold a wide comma or colon, and so are one where two are meant. */
function wideLists({ frontMatter }: Analysis): readonly Draft[] {
  const drafts: Draft[] = [];
  visit(frontMatter.root ?? null, {
    Scalar(_, node, path) {
      const within = [...path].reverse().find(isCollection);
      if (!within?.flow || node.type !== 'PLAIN' || !node.range) return;
      const [from, to] = node.range;
      const written = frontMatter.text.slice(from, to).trimEnd();
      const [sign] = /[：，、]/.exec(written) ?? [];
      if (sign === undefined) return;
      const span = [frontMatter.start + from, frontMatter.start + from + written.length] as const;
      const parting = narrowed(sign).trim();
      drafts.push({
        code: 'wide-sign',
        severity: 'warning',
        span,
        message: l10n.t`YAML reads "${written}" as one text: "${sign}" parts nothing there, "${parting}" does.`,
        fixes: [replacement(l10n.t`Write ${narrowed(written)}`, span, narrowed(written))],
      });
    },
  });
  return drafts;
}
