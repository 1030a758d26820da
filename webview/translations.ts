import * as l10n from '@vscode/l10n';

// The first import of every page: what the modules behind it say while they are loaded is translated already.
const { sentences } = document.getElementById('page')!.dataset;
if (sentences !== undefined) l10n.config({ contents: sentences });
