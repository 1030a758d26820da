/** A model that a server has. */
export interface ServedModel {
  readonly id: string;
  /** Of a prompt that chooses one. */
  readonly labels?: readonly string[];
}

/**
 * How clients ask a server, as Markdown: curl, and OpenAI's clients for JavaScript and Python.
 * @param address such as `http://127.0.0.1:8080/v1`
 */
export function clientExamples(address: string, models: readonly ServedModel[]): string {
  return [
    '# Ask the server',
    '',
    `It answers at \`${address}\` for as long as this window is open.`,
    ...models.flatMap((model) => ['', ...examplesOf(address, model)]),
    '',
  ].join('\n');
}

const input = 'Write the input of the template here';

function examplesOf(address: string, { id, labels }: ServedModel): readonly string[] {
  const route = labels ? 'classify' : 'chat/completions';
  const body = labels
    ? { model: id, input: [input] }
    : { model: id, messages: [{ role: 'user', content: input }], stream: true };
  return [
    `## ${id}`,
    '',
    labels ? `It chooses one of: ${labels.join(', ')}.` : 'It writes text.',
    '',
    ...fenced('sh', [
      `curl ${labels ? '' : '--no-buffer '}${address}/${route} \\`,
      "  --header 'content-type: application/json' \\",
      `  --data '${JSON.stringify(body)}'`,
    ]),
    '',
    ...fenced('js', [
      "import OpenAI from 'openai';",
      '',
      `const client = new OpenAI({ baseURL: '${address}', apiKey: 'none' });`,
      'const answer = await client.chat.completions.create({',
      `  model: '${id}',`,
      `  messages: [{ role: 'user', content: '${input}' }],`,
      '});',
      'console.log(answer.choices[0].message.content);',
    ]),
    '',
    ...fenced('python', [
      'from openai import OpenAI',
      '',
      `client = OpenAI(base_url="${address}", api_key="none")`,
      'answer = client.chat.completions.create(',
      `    model="${id}",`,
      `    messages=[{"role": "user", "content": "${input}"}],`,
      ')',
      'print(answer.choices[0].message.content)',
    ]),
  ];
}

const fenced = (language: string, lines: readonly string[]): readonly string[] => [
  `\`\`\`${language}`,
  ...lines,
  '```',
];
