import * as l10n from '@vscode/l10n';

/** What our checks are given and return, in promptfoo's terms: `output`, `context.vars`, `{ pass, score, reason }`. */
const frame = (check: string, imports = ''): string => `${imports}// Made from an assertion of promptfoo.
${check}
export default async (answer, row) => {
  const result = await check(answer, { vars: row });
  if (typeof result !== 'object' || result === null) return result;
  return { score: result.score ?? result.pass, reason: result.reason };
};
`;

/**
 * The file of a `javascript` assertion: an expression, the body of a function, or another file, which is called as
 * promptfoo calls it.
 */
export function checkFileOf(value: unknown): { readonly check: string } | { readonly reason: string } {
  if (typeof value !== 'string' || value.trim() === '') return { reason: l10n.t`since it has no code` };
  const path = /^file:\/\/(.+)$/s.exec(value)?.[1];
  if (path !== undefined) return fileCheck(path);
  if (/\{\{|\{%/.test(value)) return { reason: l10n.t`since Nunjucks fills in its code` };
  const code = value.trim();
  // As promptfoo reads it: several lines are the body of a function, one is an expression.
  const body = code.includes('\n') ? code : `return ${code.replace(/;$/, '')};`;
  const indented = body.replace(/^/gm, '  ');
  return { check: frame(`function check(output, context) ${`{\n${indented}\n}`}\n`) };
}

function fileCheck(written: string): { readonly check: string } | { readonly reason: string } {
  const [, path, name] = /^(.+\.[cm]?js)(?::(\w+))?$/.exec(written) ?? [];
  if (path === undefined) return { reason: l10n.t`since its file is no JavaScript` };
  // The check lies in a folder of its own, one below that of the template.
  const from = JSON.stringify(/^(?:\/|[A-Za-z]:)/.test(path) ? path : `../${path.replace(/^\.\//, '')}`);
  const chosen = name === undefined ? 'imported.default ?? imported' : `imported.${name} ?? imported.default?.${name}`;
  return { check: frame(`const check = ${chosen};\n`, `import * as imported from ${from};\n\n`) };
}
