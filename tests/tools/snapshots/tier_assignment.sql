WITH "t2" AS (
  SELECT
    "t1"."customer_id",
    MIN("t1"."order_date") AS "first_day",
    MAX("t1"."order_date") AS "last_day",
    COUNT(*) AS "orders",
    SUM("t1"."amount") AS "spend",
    CAST(COUNT(*) FILTER(WHERE
      "t1"."order_date" > MAKE_DATE(2023, 7, 1)) AS INT) AS "orders_365",
    CAST(COALESCE(SUM("t1"."amount") FILTER(WHERE
      "t1"."order_date" > MAKE_DATE(2023, 7, 1)), 0) AS DECIMAL(18, 4)) AS "spend_365",
    COALESCE(SUM("t1"."amount") FILTER(WHERE
      "t1"."order_date" > MAKE_DATE(2023, 12, 31)), 0) AS "spend_recent"
  FROM (
    SELECT
      *
    FROM "orders" AS "t0"
    WHERE
      "t0"."kind" = 'sale' AND "t0"."order_date" <= MAKE_DATE(2024, 6, 30)
  ) AS "t1"
  GROUP BY
    1
)
SELECT
  "t9"."as_of",
  "t9"."customer_id",
  "t9"."tier",
  "t9"."recency_days",
  "t9"."orders_365",
  "t9"."spend_365",
  "t9"."rules_version"
FROM (
  SELECT
    "t6"."customer_id",
    "t6"."recency_days",
    "t6"."orders_365",
    "t6"."spend_365",
    MAKE_DATE(2024, 6, 30) AS "as_of",
    CASE
      WHEN "t6"."recency_days" > "t6"."dormancy_days"
      THEN 'dormant'
      WHEN (
        "t6"."spend_value" >= "t8"."high_spend"
      )
      AND (
        "t6"."orders_365" >= "t6"."high_orders"
      )
      THEN 'high'
      WHEN (
        (
          "t6"."age_days" <= "t6"."dormancy_days"
        )
        OR (
          "t6"."spend_recent" > "t6"."spend_earlier"
        )
      )
      AND (
        (
          "t6"."basket" >= "t8"."median_basket"
        )
        OR (
          "t6"."orders_365" >= "t8"."median_orders"
        )
      )
      THEN 'potential'
      WHEN "t6"."spend_value" >= "t8"."median_spend"
      THEN 'mid'
      ELSE 'low'
    END AS "tier",
    'f60c37190c8b' AS "rules_version"
  FROM (
    SELECT
      "t3"."customer_id",
      "t3"."first_day",
      "t3"."last_day",
      "t3"."orders",
      "t3"."spend",
      "t3"."orders_365",
      "t3"."spend_365",
      "t3"."spend_recent",
      CAST(DATE_DIFF('DAY', "t3"."last_day", MAKE_DATE(2024, 6, 30)) AS INT) AS "recency_days",
      DATE_DIFF('DAY', "t3"."first_day", MAKE_DATE(2024, 6, 30)) AS "age_days",
      CAST("t3"."spend_365" AS DOUBLE) AS "spend_value",
      "t3"."spend_365" - "t3"."spend_recent" AS "spend_earlier",
      CAST("t3"."spend_365" AS DOUBLE) / NULLIF("t3"."orders_365", 0) AS "basket",
      90 AS "dormancy_days",
      2 AS "high_orders"
    FROM "t2" AS "t3"
  ) AS "t6"
  CROSS JOIN (
    SELECT
      QUANTILE_CONT("t5"."spend_value", 0.8) AS "high_spend",
      QUANTILE_CONT("t5"."spend_value", 0.5) AS "median_spend",
      QUANTILE_CONT("t5"."basket", 0.5) AS "median_basket",
      QUANTILE_CONT(CAST("t5"."orders_365" AS DOUBLE), 0.5) AS "median_orders"
    FROM (
      SELECT
        "t3"."customer_id",
        "t3"."first_day",
        "t3"."last_day",
        "t3"."orders",
        "t3"."spend",
        "t3"."orders_365",
        "t3"."spend_365",
        "t3"."spend_recent",
        CAST(DATE_DIFF('DAY', "t3"."last_day", MAKE_DATE(2024, 6, 30)) AS INT) AS "recency_days",
        DATE_DIFF('DAY', "t3"."first_day", MAKE_DATE(2024, 6, 30)) AS "age_days",
        CAST("t3"."spend_365" AS DOUBLE) AS "spend_value",
        "t3"."spend_365" - "t3"."spend_recent" AS "spend_earlier",
        CAST("t3"."spend_365" AS DOUBLE) / NULLIF("t3"."orders_365", 0) AS "basket",
        90 AS "dormancy_days",
        2 AS "high_orders"
      FROM "t2" AS "t3"
      WHERE
        CAST(DATE_DIFF('DAY', "t3"."last_day", MAKE_DATE(2024, 6, 30)) AS INT) <= 90
    ) AS "t5"
  ) AS "t8"
) AS "t9"
