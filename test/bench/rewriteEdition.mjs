/**
 * Of the search and of its peers: raised with every change that may lead to another text, since results of different
 * searches are no seeds of one.
 */
export const edition = 2;
