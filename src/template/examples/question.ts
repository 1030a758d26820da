import { requireTemplate, type PromptTemplate } from '../read/template';
import { analysisOf } from '../read/analysisCache';
import { renderPieces } from '../render/render';
import type { Role } from '../render/renderedPrompt';
import { questionPart } from './questionPart';

/** The part of a template that is asked of each row, as a template of its own. */
export interface Question {
  readonly template: PromptTemplate;
  /** Whose message it begins in. */
  readonly role: Role;
  /** Whether it names that role itself. */
  readonly beginsWithRole: boolean;
}

const questions = new WeakMap<PromptTemplate, Question>();

/** @throws Failure "examples-form" for a template that examples cannot be put into */
export function questionOf(template: PromptTemplate): Question {
  const known = questions.get(template) ?? readQuestion(template);
  questions.set(template, known);
  return known;
}

function readQuestion({ text, path, partials }: PromptTemplate): Question {
  const readPartial = (name: string): string | undefined => partials[name];
  const analysis = analysisOf(text, path, readPartial);
  const { start, role } = questionPart(analysis);
  const question = requireTemplate(text.slice(0, analysis.parts.body.start) + text.slice(start), path, readPartial);
  const beginsWithRole = /^\s*\{\{~?\s*role\b/.test(text.slice(start));
  return { template: question, role, beginsWithRole };
}

/** The text of the question that a row makes, without the answer. */
export const questionText = ({ template }: Question, row: Readonly<Record<string, unknown>>): string =>
  renderPieces(template, row, false)
    .map((piece) => (piece.kind === 'text' ? piece.text : ''))
    .join('');
