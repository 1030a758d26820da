/**
 * Of the search within a readability: raised with every change that may lead to another text there, since results of
 * different searches are no seeds of one.
 */
const editions = { strict: 5, fair: 4, free: 5 };
/** Of its peers, which a change of the search leaves as they are. */
const ofPeers = 2;

/** The edition of what finds a method's texts now. */
export const editionOf = (method) => editions[method] ?? ofPeers;
