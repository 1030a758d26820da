import type { Settings } from '../template/settings/settings';

/** The form in which an endpoint reads prompts: messages, unless the template asks for one text. */
export const formAtEndpoint = ({ format }: Pick<Settings, 'format'>): 'chat' | 'text' =>
  format === 'text' ? 'text' : 'chat';
