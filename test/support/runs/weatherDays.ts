/** Days as people tell of them, wet and dry in turn. */
export const days = [
  ['rain fell on the fields all night', 'wet'],
  ['the sun burned the dry grass', 'dry'],
  ['the river rose over its banks', 'wet'],
  ['dust lay upon the road', 'dry'],
  ['water stood in every ditch', 'wet'],
  ['the well had given nothing for weeks', 'dry'],
  ['a storm soaked us to the skin', 'wet'],
  ['the desert stretched before them', 'dry'],
] as const;
