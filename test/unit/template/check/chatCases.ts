import { chatMl, task, withChat, wordEncoder, withTokens, type Case } from './checkCase';

const data = 'tune.data: { train: t }\n';
const chat = { encoder: withChat(chatMl()) };
const noSystem = {
  encoder: withChat(chatMl("{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}")),
};
const base = { encoder: withTokens([]) };
const alternate = 'loop.first or loop.previtem.role != m.role';
const byHand = '<|im_end|>\n<|im_start|>user\n{{text}}<|im_end|>\n<|im_start|>assistant\n{{label}}';
const leadsIn = [
  "{% for m in messages %}{% if m.role == 'assistant' %} {{ m.content }}<|im_end|>",
  '{% else %}[INST] {{ m.content }} [/INST]{% endif %}{% endfor %}',
].join('');
const twoLabels = (word: string) => `tune.labels: { person: "${word}who", place: "${word}where" }\n`;

/** Cases of findings in messages and chat templates. */
export const chatCases: readonly Case[] = [
  {
    code: 'role-unknown',
    bad: task('{{text}}{{role "«assistant»"}}{{label}}'),
    clean: task('{{text}}{{role "model"}}{{label}}'),
    fixed: task('{{text}}{{role "model"}}{{label}}'),
    around: chat,
  },
  {
    code: 'role-unknown',
    bad: task('{{role "«sytem»"}}{{text}}{{label}}'),
    clean: task('{{role x}}{{text}}{{label}}'),
    fixed: task('{{role "system"}}{{text}}{{label}}'),
    around: base,
    severity: 'warning',
    how: 'where roles show nothing',
  },
  {
    code: 'messages-as-text',
    bad: task('«{{role "system"}}»Sort.{{role "user"}}{{text}}{{label}}'),
    clean: task('{{role "system"}}Sort.{{role "user"}}{{text}}{{label}}', 'tune.format: chat\n'),
    around: { encoder: { ...withChat(''), chatTemplates: undefined } },
    severity: 'information',
    how: 'roles on a base model',
  },
  {
    code: 'messages-as-text',
    bad: task('«{{history}}»{{text}}{{label}}', 'tune.format: text\n'),
    clean: task('{{history}}{{text}}{{label}}', 'tune.format: auto\n'),
    fixed: task('{{history}}{{text}}{{label}}', 'tune.format: auto\n'),
    around: chat,
    severity: 'warning',
    how: 'history',
  },
  {
    code: 'history-missing',
    bad: task('«{{history}}»{{text}}{{label}}'),
    clean: task('{{text}}{{label}}'),
    around: { ...chat, columns: ['text', 'label'] },
    severity: 'warning',
  },
  {
    code: 'model-turn-not-last',
    bad: task('{{text}}{{role "model"}}Mood:\n«{{role "user"}}»\n{{label}}'),
    clean: task('{{text}}{{role "model"}}Good.\n{{role "user"}}\nAnd {{text}}{{label}}'),
    fixed: task('{{text}}{{role "model"}}Mood:\n\n{{label}}'),
    around: chat,
    severity: 'warning',
  },
  {
    code: 'chat-refused',
    bad: task('«{{role "system"}}»\nSort.\n{{role "user"}}\n{{text}}{{label}}', data),
    clean: task('{{role "user"}}\nSort.\n{{text}}{{label}}', data),
    fixed: task('{{role "user"}}\nSort.\n{{text}}{{label}}', data),
    around: noSystem,
    how: 'a system role',
  },
  {
    code: 'chat-refused',
    bad: task('{{role "user"}}a«{{role "user"}}»{{text}}{{label}}'),
    clean: task('{{role "user"}}{{text}}{{label}}'),
    around: {
      encoder: withChat(chatMl(`{% if not (${alternate}) %}{{ raise_exception('Roles must alternate') }}{% endif %}`)),
    },
    severity: 'warning',
    how: 'roles that do not alternate',
  },
  {
    code: 'chat-refused',
    bad: task('«{{role "system"}}»\nSort.\n{{role "user"}}\n{{text}}{{label}}', data),
    clean: task('{{role "user"}}\nSort.\n{{text}}{{label}}', data),
    fixed: task('{{role "user"}}\nSort.\n{{text}}{{label}}', data),
    around: {
      encoder: withChat(
        chatMl("{% if 'odd' in m.content and messages | length > 1 %}{{ raise_exception('Too odd') }}{% endif %}"),
      ),
      sampleRows: [{ text: 'even' }, { text: 'odd' }],
    },
    how: 'a later row',
  },
  {
    code: 'chat-messages',
    bad: task('«{{history}}»{{label}}', data),
    clean: task('{{history}}{{role "user"}}{{text}}{{label}}', data),
    around: {
      ...chat,
      sampleRows: [{ text: 'x', label: 'person', messages: [{ role: 'assistant', content: 'Yes?' }] }],
    },
  },
  {
    code: 'chat-template',
    bad: task('{{text}}{{label}}', `model: «m»\n${data}`),
    clean: task('{{text}}{{label}}', `model: m\n${data}tune.format: text\n`),
    fixed: task('{{text}}{{label}}', `model: m\n${data}tune.format: text\n`),
    around: { encoder: withChat('{{ 1 +\n }}') },
  },
  {
    code: 'chat-limit',
    bad: task('{{text}}{{label}}', `${data}tune.format: «auto»\n`),
    clean: task('{{text}}{{label}}', `${data}tune.format: text\n`),
    fixed: task('{{text}}{{label}}', `${data}tune.format: text\n`),
    around: { encoder: withChat('{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}') },
  },
  {
    code: 'chat-template-unread',
    bad: task('{{text}}{{label}}', 'model: «ollama:m»\n'),
    clean: task('{{text}}{{label}}', 'model: ollama:m\ntune.format: text\n'),
    fixed: task('{{text}}{{label}}', 'model: ollama:m\ntune.format: text\n'),
    around: { encoder: wordEncoder, foreignTemplate: 'Ollama' },
    severity: 'warning',
  },
  {
    code: 'chat-variable',
    bad: task('{{text}}{{label}}', 'tune.chat: { «date_sting»: 1 May, brief: true }\n'),
    clean: task('{{text}}{{label}}', 'tune.chat: { date_string: 1 May, brief: true }\n'),
    fixed: task('{{text}}{{label}}', 'tune.chat: { date_string: 1 May, brief: true }\n'),
    around: { encoder: withChat(chatMl('', '{% if brief and date_string is defined %}{{ date_string }}{% endif %}')) },
    severity: 'warning',
  },
  {
    code: 'chat-variable',
    bad: task('{{text}}{{label}}', 'tune.chat: { «brief»: true }\n'),
    clean: task('{{text}}{{label}}'),
    fixed: task('{{text}}{{label}}'),
    around: base,
    severity: 'warning',
    how: 'where there is no chat',
  },
  {
    code: 'message-dropped',
    bad: task('«{{role "system"}}»Sort.{{role "user"}}{{text}}{{label}}'),
    clean: task('{{role "user"}}Sort.{{text}}{{label}}'),
    around: { encoder: withChat(chatMl("{% if m.role == 'system' %}{% continue %}{% endif %}")) },
    severity: 'warning',
  },
  {
    code: 'message-added',
    bad: task('{{text}}{{label}}', 'model: «m»\n'),
    clean: task('{{role "system"}}Sort.{{role "user"}}{{text}}{{label}}', 'model: m\n'),
    around: {
      encoder: withChat(
        chatMl('', "{% if messages[0].role != 'system' %}<|im_start|>system\nYou are Quill.<|im_end|>\n{% endif %}"),
      ),
    },
    severity: 'information',
  },
  {
    code: 'token-written',
    bad: task(`«<|im_start|>»system\nSort.${byHand}`),
    clean: task('{{role "system"}}\nSort.\n{{role "user"}}\n{{text}}\n{{role "model"}}\n{{label}}'),
    fixed: task('{{role "system"}}\nSort.\n{{role "user"}}\n{{text}}\n{{role "model"}}\n{{label}}'),
    around: chat,
    severity: 'warning',
  },
  {
    code: 'token-written',
    bad: task('«<|im_start|>»user\n{{text}}<|im_end|>\n<|im_start|>assistant\n{{label}}', 'tune.format: text\n'),
    clean: task('{{role "user"}}\n{{text}}\n{{role "model"}}\n{{label}}', 'tune.format: auto\n'),
    fixed: task('{{role "user"}}\n{{text}}\n{{role "model"}}\n{{label}}', 'tune.format: auto\n'),
    around: chat,
    severity: 'information',
    how: 'in one text',
  },
  {
    code: 'label-place',
    bad: task('{{text}}{{label}}', twoLabels(' ').replace('" who"', '«" who"»')),
    clean: task('{{text}}{{label}}', twoLabels('')),
    fixed: task('{{text}}{{label}}', twoLabels('')),
    around: chat,
    severity: 'warning',
  },
  {
    code: 'label-place',
    bad: task('{{text}}{{label}}', twoLabels('').replace('"who"', '«"who"»')),
    clean: task('{{text}}{{label}}', twoLabels(' ')),
    fixed: task('{{text}}{{label}}', twoLabels(' ')),
    around: {
      encoder: withChat(leadsIn),
    },
    severity: 'warning',
    how: 'where the chat template leads the turn in with a space',
  },
  {
    code: 'masked-model',
    bad: task('{{text}}{{label}}', `${data}tune.format: «chat»\n`),
    clean: task('{{text}}{{label}}', `${data}tune.format: text\n`),
    fixed: task('{{text}}{{label}}', `${data}tune.format: auto\n`),
    around: { encoder: { ...withTokens([]), mask: 7 } },
    how: 'messages',
  },
];
