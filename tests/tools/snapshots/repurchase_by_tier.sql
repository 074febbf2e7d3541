SELECT
  *
FROM (
  SELECT
    "t8"."tier",
    CAST(COUNT(*) FILTER(WHERE
      "t8"."orders" >= 2.0) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE), 0) AS "repurchase_rate",
    COUNT(*) AS "repurchase_rate_n",
    CAST(COUNT(*) FILTER(WHERE
      "t8"."orders" >= 2.0) AS DOUBLE) AS "repurchase_rate_top",
    CAST(COUNT(*) AS DOUBLE) AS "repurchase_rate_bottom"
  FROM (
    SELECT
      "t7"."tier",
      "t7"."customer_id",
      COUNT(*) AS "orders"
    FROM (
      SELECT
        "t6"."order_id",
        "t6"."customer_id",
        "t6"."day",
        "t6"."customer_id_tier",
        COALESCE("t6"."tier", 'unknown') AS "tier"
      FROM (
        SELECT
          "t4"."order_id",
          "t4"."customer_id",
          "t4"."day",
          "t5"."customer_id" AS "customer_id_tier",
          "t5"."tier"
        FROM (
          SELECT
            "t0"."order_id",
            "t0"."customer_id",
            "t0"."order_date" AS "day"
          FROM "orders" AS "t0"
          WHERE
            "t0"."order_date" >= MAKE_DATE(2024, 6, 1)
            AND "t0"."order_date" <= MAKE_DATE(2024, 6, 30)
            AND "t0"."kind" = 'sale'
        ) AS "t4"
        LEFT OUTER JOIN (
          SELECT
            "t1"."customer_id",
            "t1"."tier"
          FROM "tier_snapshots" AS "t1"
          WHERE
            "t1"."as_of" IN (MAKE_DATE(2024, 6, 30))
            AND "t1"."rules_version" = '569b075d804d'
        ) AS "t5"
          ON "t4"."customer_id" = "t5"."customer_id"
      ) AS "t6"
    ) AS "t7"
    GROUP BY
      1,
      2
  ) AS "t8"
  GROUP BY
    1
) AS "t9"
ORDER BY
  "t9"."repurchase_rate_n" DESC,
  "t9"."tier" ASC
