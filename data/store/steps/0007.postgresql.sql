-- How far each engine came in what it claimed (data/marks.py); beside a DuckDB file a file of its own keeps that.
CREATE TABLE engine_mark (
  engine text PRIMARY KEY,
  line text NOT NULL
);
