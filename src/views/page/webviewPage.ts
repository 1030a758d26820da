import { randomBytes } from 'node:crypto';

export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** Where styles, images and fonts may come from. */
  readonly source: string;
}

/**
 * The only way a page of ours is built: nothing loads but its own style sheet and the script with this page's nonce.
 * The controls try out a rule in a style element of their own, for which they look up the nonce in `csp-nonce`.
 * Addresses and source come from the editor and need no escaping.
 */
export function webviewPage({ title, script, style, source }: PageParts): string {
  const nonce = randomBytes(18).toString('base64');
  const policy = [
    "default-src 'none'",
    `style-src ${source} 'nonce-${nonce}'`,
    `img-src ${source}`,
    `font-src ${source}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta property="csp-nonce" content="${nonce}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title}</title>
  <link rel="stylesheet" href="${style}">
</head>
<body>
  <main id="page"></main>
  <script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
