import * as l10n from '@vscode/l10n';

/** What is said to a person who chooses it. */
export const blackBoxStatement = () =>
  l10n.t`Black-box tuning searches a few random directions of the prompt with an evolution strategy. It needs no \
gradient, so it works with any model that runs; it takes many more passes over the model than training does, and \
usually ends with a worse prompt.`;

/** What is offered where there is no gradient. */
export const blackBoxOffer = () =>
  l10n.t`It can still be tuned without gradients: set tune.blackBox to true. ${blackBoxStatement()}`;
