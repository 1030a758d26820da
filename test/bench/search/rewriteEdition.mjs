/**
 * Of the search: raised with every change that may lead to another text, since results of different searches are no
 * seeds of one.
 */
export const edition = 4;
/** Of its peers, which a change of the search leaves as they are. */
const ofPeers = 2;

/** The edition of what finds a method's texts now. */
export const editionOf = (method) => (['strict', 'fair', 'free'].includes(method) ? edition : ofPeers);
