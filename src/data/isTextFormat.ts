import { anyOf, isNumber, isText, listOf, object, oneOf, optional, type Guard } from '../channel/guards';
import { encodings } from './encoding/encodingNames';

const isTrue: Guard<true> = (value): value is true => value === true;

const isKey = anyOf(
  object({ names: listOf(isText) }),
  object({ all: isTrue, except: optional(listOf(isText)), exceptParts: optional(isTrue) }),
);

/** Whether a value says how a file is to be read. */
export const isTextFormat = object({
  columns: optional(listOf(isText)),
  separator: optional(isText),
  encoding: optional(oneOf(...encodings)),
  part: optional(
    object({
      take: oneOf('train', 'dev', 'test'),
      dev: isNumber,
      test: isNumber,
      seed: isNumber,
      key: isKey,
      answer: optional(isText),
    }),
  ),
});
