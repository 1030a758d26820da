/** The folders of src/, from the ground upwards: each may import those above it in this list, and no other. */
const layers = [
  'words',
  'channel',
  'files',
  'data',
  'onnx',
  'autodiff',
  'chat',
  'metrics',
  'grammar',
  'template',
  'model',
  'objective',
  'decoding',
  'scoring',
  'endpoint',
  'tuning',
  'adapters',
  'runs',
  'use',
  'serve',
  'comparison',
  'workspace',
  'inspection',
  'cluster',
  'tools',
  'commands',
  'editor',
  'views',
  // What makes pages and packages of the rest, and is in none of them.
  'documentation',
  'packaging',
];

/** The doors into the product; nothing imports them. */
const doors = '^src/(cli|trainer|extension|library)\\.ts$';

/**
 * What the extension's side and its pages both know: the channel, the contract of each page, how numbers, lists and
 * tables read, how a long list is handled and how two texts differ, which import nothing further.
 */
const shared = '^src/(channel/|words/|views/[^/]+/contract\\.ts$|(lists|wordDifference)\\.ts$)';

const upwards = layers.slice(0, -1).map((layer, floor) => ({
  name: `${layer}-imports-only-what-stands-above-it`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${layers.slice(floor + 1).join('|')})/` },
}));

export default {
  forbidden: [
    ...upwards,
    {
      name: 'no-circle-of-files',
      comment: 'Not even of types: two files that need each other are one idea, or share a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-folder-has-its-place',
      comment: 'A new folder of src/ is put into the list of layers.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${layers.join('|')})/` },
      to: {},
    },
    {
      name: 'what-all-use-knows-no-layer',
      comment: 'The files directly in src/, but for the doors, import no folder but the words that they say.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$', pathNot: doors },
      to: { path: '^src/[^/]+/', pathNot: '^src/words/' },
    },
    {
      name: 'reading-a-model-runs-nothing',
      comment: 'What a model is comes from its files; sessions, providers and the graph that is run are made of that.',
      severity: 'error',
      from: { path: '^src/(onnx/[^/]+\\.ts|model/(build|gguf|hub|open|stores|tokenizer|weights)/)' },
      to: { path: '^src/(onnx/runtime|model/(graph|decompose))/' },
    },
    {
      name: 'metrics-know-texts-alone',
      comment: 'A metric judges an answer by the text of it, so that the checks of the editor can open every metric.',
      severity: 'error',
      from: { path: '^src/metrics/' },
      to: { path: '^src/[^/]+/', pathNot: '^src/(metrics|data|files|words)/' },
    },
    { name: 'nobody-imports-a-door', severity: 'error', from: {}, to: { path: doors } },
    {
      name: 'pages-know-the-channel-and-the-contracts',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: shared },
    },
    { name: 'src-knows-no-page', severity: 'error', from: { path: '^src/' }, to: { path: '^webview/' } },
    {
      name: 'vscode-in-editor-and-views-alone',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^src/(editor/|views/|extension\\.ts$)' },
      to: { path: '^vscode$' },
    },
    { name: 'every-import-is-found', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The package of that name is taken for the file by its side.
    exclude: { path: '^esbuild\\.mjs$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'types'] },
  },
};
