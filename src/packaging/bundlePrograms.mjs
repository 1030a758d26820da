import { bundleInPieces } from './bundleInPieces.mjs';

/**
 * Modules that one command needs and another does not, by the file that holds them with what only they need. A command
 * that lists runs reads no template, a training for labels checks no JSON, and none but one writes a report.
 */
const loadedLater = {
  'part.onnx': ['onnx/readModel', 'onnx/writeModel'],
  'part.runs': ['commands/program/runCommands'],
  'part.schema': ['grammar/schemaGrammar', 'metrics/json/jsonSchema'],
  'part.serve': ['commands/serve'],
  'part.tables': ['data/table/delimited'],
  'part.templates': [
    'commands/program/templateCommands',
    'template/check/check',
    'template/read/loadTemplate',
    'template/read/needsLocalModel',
    'template/read/resolveSettings',
    'template/read/template',
    'template/settings/settingGrid',
    'workspace/checkFiles',
  ],
  'part.work': [
    'cluster/controlRun',
    'cluster/measureMemory',
    'cluster/requireNoneElsewhere',
    'cluster/slurmProfile',
    'cluster/submitStudy',
    'commands/display/terminalBar',
    'commands/program/comparisonCommands',
    'commands/program/exportCommands',
    'commands/program/mcpCommand',
    'commands/program/modelCommands',
    'commands/program/slurmTaskCommands',
    'commands/program/trainingCommands',
    'commands/program/useCommands',
    'comparison/report/writeReport',
    'inspection/estimate/estimateTraining',
    'inspection/hosted/measureHosted',
    'inspection/hosted/trainHosted',
    'inspection/inspector',
    'inspection/measureTexts',
    'inspection/predictRow',
    'inspection/scoreNamed',
    'runs/work/measuring/measureFrontText',
    'runs/work/workOnRun',
    'workspace/writeFrontText',
  ],
};

/**
 * Bundles the command line and the trainer into `dist/cli.js`, `dist/trainer.js`, what they call later, and what
 * several of these need.
 * @param options of every bundle for Node
 * @returns esbuild's metafile
 */
export function bundlePrograms(options) {
  return bundleInPieces(
    { ...options, banner: { js: '#!/usr/bin/env node' } },
    {
      programs: { cli: 'cli.ts', trainer: 'trainer.ts' },
      later: loadedLater,
      prefix: 'part',
    },
  );
}
