/** Does the work now and tells its outcome when asked: what a lazy answer was given may change before it is awaited, and wrong input rejects the promise. */
export function lazily<T>(make: () => T): () => T {
  try {
    const made = make();
    return () => made;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
