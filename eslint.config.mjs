// What a line may hold. Which file may import which is said in .dependency-cruiser.mjs.
import tseslint from 'typescript-eslint';

/** A call that takes each element of a list as an argument overflows the stack where the list is long. */
const spreadCalls = [
  {
    selector:
      'CallExpression[callee.property.name=' +
      '/^(push|unshift|splice|concat|max|min|hypot|assign|of|fromCharCode|fromCodePoint)$/]' +
      " > SpreadElement.arguments:not([argument.type='ArrayExpression'])",
    message: 'The list may be long: append, largest and smallest of src/lists.ts take any number.',
  },
  {
    selector: "CallExpression[callee.property.name='apply']",
    message: 'The list may be long: a call takes its elements as arguments.',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.cache/', 'media/', '.prompt-tuner/'] },
  ...tseslint.configs.strict,
  // What a rule refuses is mended, not silenced.
  { linterOptions: { noInlineConfig: true } },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      // A sentence that is translated is one text, however long.
      'max-len': ['error', { code: 120, ignorePattern: 'l10n\\.t`' }],
      'max-lines': ['error', { max: 420, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['src/words/formatNumbers.ts'], rules: { 'no-restricted-syntax': ['error', ...spreadCalls] } },
  {
    files: ['src/**', 'webview/**'],
    ignores: ['src/words/formatNumbers.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...spreadCalls,
        {
          selector: 'MemberExpression[property.name=/^(toFixed|toPrecision|toExponential|NumberFormat)$/]',
          message: 'How a number reads is said in src/words/formatNumbers.ts.',
        },
        {
          selector: "MemberExpression[property.name='toLocaleString'][object.type!='NewExpression']",
          message: 'How a number reads is said in src/words/formatNumbers.ts.',
        },
      ],
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
