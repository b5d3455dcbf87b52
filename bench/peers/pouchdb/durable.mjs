/**
 * PouchDB whose every commit is flushed to the disk, as Doseledger's are: LevelDB flushes only when asked.
 */
import leveldown from "leveldown";
import PouchDB from "pouchdb";

function flushed(location) {
  const store = leveldown(location);
  for (const name of ["_batch", "_put", "_del"]) {
    const plain = store[name].bind(store);
    store[name] = (...given) => {
      const [told, options] = [given.at(-1), given.at(-2)];
      plain(...given.slice(0, -2), { ...options, sync: true }, told);
    };
  }
  return store;
}
flushed.destroy = leveldown.destroy;

/** Databases under a folder. */
export const durable = (folder) => PouchDB.defaults({ prefix: `${folder}/`, db: flushed });
