import { bundleInPieces } from './bundleInPieces.mjs';

/**
 * Modules that the extension calls only once there is something to do: a template is open, a page is asked for, a
 * command is run. They and what only they need, the parsers of templates and of YAML among it, lie in a file of their
 * own, which is loaded at the first call of any of them.
 */
const loadedLater = [
  'adapters/exportFits',
  'cluster/controlRun',
  'cluster/refreshStates',
  'data/table/delimited',
  'data/json',
  'grammar/schemaGrammar',
  'metrics/json/jsonSchema',
  'model/open/listModels',
  'runs/record/recordedTemplate',
  'runs/work/study/changesSince',
  'runs/work/study/planProposals',
  'template/check/check',
  'template/edit/replaceInstruction',
  'template/edit/variantText',
  'template/examples/insertExamples',
  'template/import/messages/importMessages',
  'template/import/openPrompt/importOpenPrompt',
  'template/import/promptfoo/importPromptfoo',
  'template/import/promptFile/importPromptFile',
  'template/import/prompty/importPrompty',
  'template/language/completion',
  'template/language/definitions',
  'template/language/folding',
  'template/language/format',
  'template/language/hover',
  'template/language/inlay',
  'template/language/lenses',
  'template/language/rename',
  'template/language/symbols',
  'template/read/analysis',
  'template/read/analysisCache',
  'template/read/dataFiles',
  'template/read/loadTemplate',
  'template/read/needsLocalModel',
  'template/read/resolveSettings',
  'template/read/template',
  'template/settings/settingGrid',
  'template/settings/settingText',
  'template/settings/writeSettings',
  'tools/agentTool',
  'tools/callTool',
  'views/comparison/page',
  'views/models/addModel',
  'views/newTemplate/fromData',
  'views/preview/model',
  'views/preview/rows',
  'views/run/model',
  'views/run/reader',
  'views/train/checkForm',
  'views/train/formFields',
  'views/train/formOverrides',
  'views/train/model',
  'views/train/onSlurm',
  'views/train/settingsToSave',
  'views/train/startRuns',
  'views/train/wizard',
  'views/train/writersElsewhere',
  'workspace/modelTokenizer',
  'workspace/readTemplateContext',
  'workspace/templateModels',
];

/**
 * Bundles `src/extension.ts` into `dist/extension.js`, what it calls later, and what both need.
 * @param options of every bundle for Node
 * @returns esbuild's metafile
 */
export function bundleExtension(options) {
  return bundleInPieces(options, {
    programs: { extension: 'extension.ts' },
    later: { 'extension.later': loadedLater },
    prefix: 'x',
  });
}
