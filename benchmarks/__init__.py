"""Speed of Wellspring against vectorised pandas on the same Parquet file."""
