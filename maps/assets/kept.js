// Small choices of one browser, kept between visits where it allows that.

export function kept(name, otherwise = "") {
  try {
    return localStorage.getItem(`vedetta.${name}`) ?? otherwise;
  } catch {
    return otherwise; // A locked-down browser keeps no settings: choices hold for this visit.
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(`vedetta.${name}`, value);
  } catch {
    // As above.
  }
}
