SELECT
  *
FROM (
  SELECT
    "t1"."channel",
    COALESCE(CAST(SUM("t1"."amount") AS DOUBLE), 0) / NULLIF(CAST(COALESCE(SUM("t1"."orders"), 0) AS DOUBLE), 0) AS "aov",
    COALESCE(SUM("t1"."orders"), 0) AS "aov_n",
    CAST(SUM("t1"."amount") AS DOUBLE) AS "aov_top",
    CAST(COALESCE(SUM("t1"."orders"), 0) AS DOUBLE) AS "aov_bottom"
  FROM (
    SELECT
      COALESCE("t0"."channel", 'unknown') AS "channel",
      "t0"."orders",
      "t0"."day",
      "t0"."revenue" AS "amount"
    FROM "sales_days" AS "t0"
    WHERE
      "t0"."day" >= MAKE_DATE(2024, 6, 1) AND "t0"."day" <= MAKE_DATE(2024, 6, 30)
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
ORDER BY
  "t2"."aov_n" DESC,
  "t2"."channel" ASC
