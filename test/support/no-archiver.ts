/** Stands for the package that cdktf zips with: it does that in a process of its own, and only loads it here. */
export {};
