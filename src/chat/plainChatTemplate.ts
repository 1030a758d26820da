/**
 * How a base model, which was taught no messages, reads them: as lines that begin with who speaks. It writes no control
 * token; what the tokenizer puts in front of a text stands in front of this one too.
 */
export const plainChatTemplate = [
  "{%- set names = { 'system': 'System', 'user': 'User', 'assistant': 'Assistant' } -%}",
  '{%- for message in messages -%}',
  "{{- names[message['role']] + ': ' + message['content'] -}}",
  "{%- if not loop.last %}{{ '\\n' }}{% endif -%}",
  '{%- endfor -%}',
  "{%- if add_generation_prompt %}{{ '\\nAssistant:' }}{% endif -%}",
].join('');
