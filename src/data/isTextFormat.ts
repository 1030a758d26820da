import { isText, listOf, object, oneOf, optional } from '../channel/guards';
import { encodings } from './encodingNames';

/** Whether a value says how a file is to be read. */
export const isTextFormat = object({
  columns: optional(listOf(isText)),
  separator: optional(isText),
  encoding: optional(oneOf(...encodings)),
});
