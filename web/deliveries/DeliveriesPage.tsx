import { Outlet } from 'react-router'

export default function DeliveriesPage() {
  return <Outlet />
}
