import tseslint from 'typescript-eslint';

/** Which folders a layer may import from; anything above it is refused, so arrows point one way only. */
const layers = [
  'template',
  'data',
  'onnx',
  'autodiff',
  'model',
  'tuning',
  'scoring',
  'adapters',
  'runs',
  'editor',
  'views',
];
const mayImport = {
  template: [],
  data: [],
  onnx: [],
  autodiff: ['onnx'],
  model: ['onnx', 'autodiff'],
  tuning: ['template', 'data', 'onnx', 'autodiff', 'model', 'scoring'],
  scoring: ['template', 'data', 'onnx', 'autodiff', 'model', 'tuning'],
  adapters: ['template', 'data', 'onnx', 'autodiff', 'model', 'tuning', 'scoring'],
  runs: ['template', 'data', 'onnx', 'autodiff', 'model', 'tuning', 'scoring', 'adapters'],
  editor: ['template', 'data', 'runs'],
  views: ['template', 'data', 'model', 'runs', 'scoring'],
};

const vscodeOnly = { name: 'vscode', message: 'Only src/editor, src/views and src/extension.ts import vscode.' };

const layerRules = layers.map((layer) => ({
  files: [`src/${layer}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: ['editor', 'views'].includes(layer) ? [] : [vscodeOnly],
        patterns: [
          ...layers
            .filter((other) => other !== layer && !mayImport[layer].includes(other))
            .map((other) => ({
              group: [`../${other}/*`, `**/src/${other}/*`],
              message: `src/${layer} may not import src/${other}.`,
            })),
          { group: ['**/webview/*'], message: 'src/ never imports the webview.' },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.cache/', 'media/', '.prompt-tuner/'] },
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      'max-lines': ['error', { max: 420, skipBlankLines: true, skipComments: true }],
    },
  },
  ...layerRules,
  { files: ['src/cli.ts', 'src/trainer.ts'], rules: { 'no-restricted-imports': ['error', { paths: [vscodeOnly] }] } },
  {
    files: ['webview/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [vscodeOnly],
          patterns: [
            { group: ['**/src/*/*'], allowTypeImports: true, message: 'webview/ shares only types with src/.' },
          ],
        },
      ],
    },
  },
);
