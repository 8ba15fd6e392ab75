import {
  useInfiniteQuery,
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import { useEffect } from 'react';

export interface PageOf<Item> {
  data: Item[];
  next_page: string | null;
}

export interface Pages<Item> {
  items: readonly Item[];
  /** Of what has been fetched; the list may go on. */
  hasMore: boolean;
  isPending: boolean;
  isFetchingMore: boolean;
  error: unknown;
  fetchMore: () => void;
  refetch: () => void;
}

/**
 * A list of `/v1`, page by page. The API has no search: with `whole`, all pages are fetched, one after the other, so that
 * a search over what is here is one over everything.
 */
export function usePages<Item>(
  queryKey: QueryKey,
  read: (page: string | undefined, signal: AbortSignal) => PromiseLike<PageOf<Item>>,
  { whole = false, enabled = true }: { whole?: boolean; enabled?: boolean } = {},
): Pages<Item> {
  const query: UseInfiniteQueryResult<InfiniteData<PageOf<Item>>> = useInfiniteQuery({
    queryKey,
    enabled,
    queryFn: async ({ pageParam, signal }) => {
      const { data, next_page } = await read(pageParam, signal);
      return { data, next_page };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_page }) => next_page ?? undefined,
  });
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query;
  useEffect(() => {
    if (whole && hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [whole, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  return {
    items: query.data?.pages.flatMap(({ data }) => data) ?? [],
    hasMore: hasNextPage,
    isPending: query.isPending,
    isFetchingMore: isFetchingNextPage,
    error: query.error,
    fetchMore: () => void fetchNextPage(),
    refetch: () => void query.refetch(),
  };
}
