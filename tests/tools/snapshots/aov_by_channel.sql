SELECT
  *
FROM (
  SELECT
    "t1"."channel",
    COALESCE(CAST(SUM("t1"."amount") AS DOUBLE), 0) / NULLIF(CAST(COUNT(*) AS DOUBLE), 0) AS "aov",
    COUNT(*) AS "aov_n",
    CAST(SUM("t1"."amount") AS DOUBLE) AS "aov_top",
    CAST(COUNT(*) AS DOUBLE) AS "aov_bottom"
  FROM (
    SELECT
      "t0"."order_id",
      "t0"."customer_id",
      "t0"."order_date" AS "day",
      "t0"."amount",
      COALESCE("t0"."channel", 'unknown') AS "channel"
    FROM "orders" AS "t0"
    WHERE
      "t0"."order_date" >= MAKE_DATE(2024, 6, 1)
      AND "t0"."order_date" <= MAKE_DATE(2024, 6, 30)
      AND "t0"."kind" = 'sale'
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
ORDER BY
  "t2"."aov_n" DESC,
  "t2"."channel" ASC
